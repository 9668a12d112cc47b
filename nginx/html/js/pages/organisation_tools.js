/* Tools that stories name. */

import { settingsPage } from '../settings/frame.js';
import { toolsSection } from '../settings/tools.js';

settingsPage('/api/portal/tools', toolsSection);
