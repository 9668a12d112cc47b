/* People's names, as they are: messages and elements of their own keep their direction to themselves. */

export function nameOf(person) {
  return person ? [person.firstName, person.lastName].filter(Boolean).join(' ') : '';
}
