/** Alt and a number go to a view of the menu, on every page. */
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const place = /^Digit([1-9])$/.exec(event.code);
  const link = place && document.querySelector(`nav [data-view="${place[1]}"]`);
  if (link) { event.preventDefault(); link.click(); }
});
