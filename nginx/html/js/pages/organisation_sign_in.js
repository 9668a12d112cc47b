/* Whether everybody in the organisation must have a second factor. */

import { settingsPage } from '../settings/frame.js';
import { factorSection, PATH } from '../settings/factor.js';
import { t } from '../words/organisation.js';

settingsPage(PATH, factorSection, t('admins_only'));
