/* Runs in <head> before first paint: applies the colour scheme that the visitor chose, and whose pages these were when the last one was left, so
   that the navigation does not jump (js/shell/known.js). */
(function beforePaint() {
  const root = document.documentElement;
  try {
    const choice = window.localStorage.getItem('muster.theme');
    if (choice === 'light' || choice === 'dark') {
      root.setAttribute('data-theme', choice);
    }
    const known = JSON.parse(window.sessionStorage.getItem('muster.known'));
    if (known) {
      root.setAttribute('data-role', known.role);
      root.toggleAttribute('data-ends', known.ends);
    }
  } catch (e) {
    root.removeAttribute('data-theme');
  }
}());
