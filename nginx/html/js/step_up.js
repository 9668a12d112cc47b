/* The one dialog that asks for the proof which some calls need (403 recent_sign_in_required); api.js repeats the call behind it. */

import { h, byId } from './dom.js';
import { get, post } from './api.js';
import { proofDialog, valueOf } from './proof.js';
import { t as cancelWords } from './words/parts.js';
import { t } from './words/forms.js';

let open = null;

async function hasFactor() {
  try {
    return (await get('/api/auth/mfa')).enabled;
  } catch (error) {
    return false;
  }
}

/* The kind of proof that is asked for, and a way to the other one where the person has it. */
function draw(dialog, kind, withFactor) {
  const other = kind === 'password' ? 'code' : 'password';
  dialog.draw([kind], withFactor ? h('button', { class: 'link-btn', type: 'button', onclick: () => draw(dialog, other, withFactor) },
    t(other === 'code' ? 'use_code' : 'use_password')) : null);
}

function ask(withFactor) {
  const dialog = proofDialog({
    id: 'step-up', title: t('prove.title'), text: t('prove.text'), action: t('prove.action'), back: cancelWords('cancel'),
    send: async (form, box, [kind]) => {
      await post('/api/auth/step-up', { [kind]: valueOf(form, kind) });
      box.done(true);
    }
  });
  draw(dialog, 'password', withFactor);
  return dialog.result;
}

/* Resolves to true when the person has proven who they are. Calls that ask at the same time share the dialog. */
export function stepUp() {
  if (!open || !byId('step-up')) {
    open = hasFactor().then(ask);
  }
  return open;
}
