/* What reports and certificates carry. */

import { settingsPage } from '../settings/frame.js';
import { brandingSection } from '../settings/branding.js';

settingsPage('/api/portal/branding', brandingSection);
