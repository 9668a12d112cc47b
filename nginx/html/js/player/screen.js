/* The player's page: one line above, briefing and decision beside each other where there is room, or one wide view. Built once, filled again and again. */

import { h, byId, replace, focusOn } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/play.js';
import { chromeLine } from './chrome.js';
import { isShort } from './model.js';
import { markLanguage } from './review.js';
import { storyPane } from './story.js';
import { countdown } from './timer.js';

/* Instead of everything: a message, the gate. */
export function fillPage(...nodes) {
  byId('player').removeAttribute('aria-busy');
  replace(byId('player'), nodes);
}

export function messagePage(title, ...nodes) {
  fillPage(h('div', { class: 'wrap page medium stack' }, h('h1', null, title || t('name')), nodes));
}

export class Screen {
  constructor() {
    this.line = chromeLine();
    this.back = h('button', { class: 'btn play-return', type: 'button', onclick: () => this.showDecision() }, icon('arrow-left'), t('briefing.return'));
    this.pane = h('div', { class: 'story-body' });
    this.story = h('section', { class: 'story', 'aria-label': t('briefing'), tabindex: '0' }, this.back, this.pane);
    this.decision = h('section', { class: 'decision', 'aria-label': t('decision') });
    this.grid = h('div', { class: 'play-grid', 'data-view': 'decision' }, this.story, this.decision);
    this.wide = h('div', { class: 'wrap play-wide', hidden: true });
    this.drawn = '';
    this.clock = null;
    fillPage(this.line.node, this.grid, this.wide);
  }

  setView(view) {
    this.grid.setAttribute('data-view', view);
  }

  showDecision() {
    this.setView('decision');
    window.scrollTo(0, 0);
    focusOn(byId('q-title'));
  }

  /* home: the stage of the decision, when another one's briefing is shown. The briefing keeps its place while it stays the same. */
  drawStory(session, stage, home) {
    const key = stage.stageNumber + '/' + home.stageNumber;
    if (this.drawn === key) {
      return;
    }
    const away = stage.stageNumber === home.stageNumber ? null
      : h('div', { class: 'story-away' }, h('p', { class: 'small' }, t('briefing.other')),
        h('button', { class: 'btn', type: 'button', onclick: () => this.openStory(session, home, home) }, t('briefing.home', { n: home.stageNumber })));
    this.drawn = key;
    replace(this.pane, away, storyPane(stage, isShort(session)));
    markLanguage(this.pane, session.language);
    this.story.scrollTop = 0;
  }

  openStory(session, stage, home) {
    this.drawStory(session, stage, home);
    this.setView('story');
    window.scrollTo(0, 0);
    this.story.focus();
  }

  drawLine(session, score, stage, onOpen) {
    this.line.draw(session, score, stage, onOpen);
    markLanguage(this.line.node, session.language);
  }

  showWide(session, node, titleId) {
    this.grid.hidden = true;
    this.wide.hidden = false;
    replace(this.decision); // with the button that led here, which is still busy
    replace(this.wide, node);
    markLanguage(this.wide, session.language);
    window.scrollTo(0, 0);
    focusOn(byId(titleId));
  }

  showCard(session, ...nodes) {
    this.grid.hidden = false;
    this.wide.hidden = true;
    replace(this.wide);
    this.setView('decision');
    replace(this.decision, h('div', { class: 'card decision-card' }, nodes));
    markLanguage(this.decision, session.language);
    window.scrollTo(0, 0);
  }

  stopClock() {
    if (this.clock) {
      this.clock.stop();
      this.clock = null;
    }
    replace(this.line.timer);
  }

  /* settings: those of countdown() */
  startClock(settings) {
    this.stopClock();
    if (settings.deadline) {
      this.clock = countdown(settings);
      replace(this.line.timer, this.clock.node);
    }
  }
}
