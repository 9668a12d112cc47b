/* The player's calls. */

import { get, post, request } from '../api.js';

const of = (id) => '/api/ttx/session/' + encodeURIComponent(id);

/* {data: the session, offset: the server's clock minus this one's} */
export function loadSession(id) {
  return request('GET', of(id));
}

/* Too late, or answered in another window: such an error carries the stored result, which is then the reply. */
export async function sendAnswer(id, body) {
  try {
    return await post(of(id) + '/answer', body);
  } catch (error) {
    if (error.data && error.data.correctOption) {
      return error.data;
    }
    throw error;
  }
}

export function generation(id) {
  return get('/api/ttx/status?id=' + encodeURIComponent(id));
}

let known = null;

/* id of a technique -> its name; asked once, when a briefing first speaks of techniques. */
export function techniqueNames() {
  known = known || get('/api/ttx/catalog', { anonymous: true }).then((catalog) => {
    const names = {};
    catalog.techniques.forEach((one) => {
      names[one.id] = one.name;
    });
    return names;
  }, () => {
    known = null;
    return {};
  });
  return known;
}
