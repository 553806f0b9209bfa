// Before the first paint: the chosen theme, or the system's. `lib/theme.ts`
// uses the same key.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('caly.theme');
  } catch {
    // Storage can be closed; then the system's theme holds.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
