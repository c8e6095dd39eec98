// What the theme adds to a page needs names and a place in the order of the Tab key.
const redraw = () => {
  document.querySelectorAll(".md-code__nav").forEach((nav) => nav.setAttribute("role", "presentation"));
  document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
  });
};
new MutationObserver(redraw).observe(document.documentElement, { childList: true, subtree: true });
addEventListener("resize", redraw);
redraw();
