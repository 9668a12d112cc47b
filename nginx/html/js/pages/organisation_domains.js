/* Email domains whose people may join by themselves. */

import { settingsPage } from '../settings/frame.js';
import { domainsSection, PATH } from '../settings/domains.js';
import { t } from '../words/organisation.js';

settingsPage(PATH, domainsSection, t('admins_only'));
