/* Runs in <head> before first paint: applies the colour scheme that the visitor chose, and whose pages these were when the last one was left, so
   that the navigation does not jump (js/shell/known.js). */
(function beforePaint() {
  const root = document.documentElement;
  /* What the address asks for, so that what depends on it need not come later (css/account.css). */
  const asked = (window.location.search.slice(1) + '&' + window.location.hash.slice(1)).split('&').map((one) => one.split('=')[0]);
  root.setAttribute('data-asked', ['next', 'invite', 'join', 'token'].filter((one) => asked.includes(one)).join(' '));
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
