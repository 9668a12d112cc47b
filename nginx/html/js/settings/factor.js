/* Whether everybody in the organisation must have a second factor, as a section of the page Team. */

import { h, byId, replace } from '../dom.js';
import { get, put } from '../api.js';
import { errorBox } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { plural } from '../format.js';

const PATH = '/api/portal/security';

function count(rule) {
  return rule.peopleWithFactor + ' of ' + plural(rule.people, 'active person has', 'active people have') + ' one.';
}

function change(rule) {
  return async () => {
    const required = !rule.secondFactorRequired;
    const sure = await confirmDialog({
      title: required ? 'Require a second factor?' : 'Require it no longer?', action: required ? 'Require it' : 'No longer', keep: 'Cancel',
      text: required ? 'It holds at once. ' + count(rule) + ' Everybody else can still sign in, but reaches nothing except the own account until one is set up, and their API keys stop working until then.'
        : 'Everybody can then turn the own second factor off.',
      run: () => put(PATH, { secondFactorRequired: required })
    });
    if (sure) {
      toast(required ? 'A second factor is required now.' : 'A second factor is required no longer.');
      await loadFactorRule();
      byId('factor-title').focus();
    }
  };
}

export async function loadFactorRule() {
  const box = byId('factor');
  byId('factor-card').hidden = false;
  try {
    const rule = await get(PATH);
    replace(box,
      h('p', null, rule.secondFactorRequired ? 'Everybody must have a second factor. ' : 'A second factor is everybody\u2019s own choice. ', count(rule)),
      h('p', { class: 'small muted' }, 'Where it is required, people without one reach nothing but their own account, and neither do their API keys, until they have set one up.'),
      h('p', { class: 'domains-add' }, h('button', { class: 'btn', type: 'button', id: 'factor-rule', onclick: change(rule) }, rule.secondFactorRequired ? 'Require it no longer' : 'Require it of everybody')));
  } catch (error) {
    replace(box, errorBox(error, loadFactorRule));
  }
}
