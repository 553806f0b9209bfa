/** The first field that was refused takes the focus, once it is drawn: React may
 * draw the refusal some frames after it is known. */
export function focusFirstBad(form: HTMLElement | null, frames = 30): void {
  requestAnimationFrame(() => {
    const bad = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (bad) bad.focus();
    else if (frames > 0) focusFirstBad(form, frames - 1);
  });
}
