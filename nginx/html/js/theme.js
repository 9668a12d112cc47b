/* Runs in <head> before first paint: applies the colour scheme that the visitor chose. */
(function applyTheme() {
  try {
    const choice = window.localStorage.getItem('muster.theme');
    if (choice === 'light' || choice === 'dark') {
      document.documentElement.setAttribute('data-theme', choice);
    }
  } catch (e) {
    document.documentElement.removeAttribute('data-theme');
  }
}());
