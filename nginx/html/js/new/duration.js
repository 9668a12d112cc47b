/* How long an exercise takes, from what the catalogue says of its theme. Pure. */

/* About how many whole minutes so many decisions take; 0 when the catalogue does not say. */
export function minutesOf(theme, count) {
  const row = (theme.minutes || []).find((one) => one.questions === count);
  return row ? row.minutes : 0;
}

/* The same of somebody's first exercise; 0: the theme has none. */
export function firstMinutes(theme) {
  return theme.firstMinutes || 0;
}
