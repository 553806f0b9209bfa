/** The mark and the name. */
export function Logo() {
  return (
    <span className="flex items-center gap-2.5">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6">
        <rect width="32" height="32" rx="9" className="fill-accent" />
        <g fill="none" strokeWidth="3" strokeLinecap="round" className="stroke-on-accent">
          <path d="M9.5 13.5a7 7 0 0 1 11.4-2.6" />
          <path d="M22.5 18.5a7 7 0 0 1-11.4 2.6" />
        </g>
        <circle cx="16" cy="16" r="2.6" className="fill-on-accent" />
      </svg>
      <span className="text-lg font-semibold tracking-tight">Caly</span>
    </span>
  );
}
