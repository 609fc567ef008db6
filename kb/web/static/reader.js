// The document page, where scripts run: coded statements one after the other by button or key,
// codes shown and hidden at once, and claims and printed pages that follow the text.
"use strict";
(() => {
  const text = document.querySelector(".kb-text");
  const bar = document.querySelector(".kb-bar");
  if (!text || !bar) return;
  const boxes = [...bar.querySelectorAll("input[name=code]")];
  const panes = [document.querySelector(".kb-claims"), document.querySelector(".kb-sheets")];
  const coded = [...text.querySelectorAll(".kb-coded[id]")];
  const where = bar.querySelector(".kb-where");
  const keys = bar.querySelector(".kb-keys");
  let current = null;

  const chosen = () => boxes.filter((box) => box.checked);
  const shown = () => coded.filter((each) => !each.classList.contains("kb-off"));
  const of = (id) => document.querySelectorAll(`[data-id="${CSS.escape(id)}"]`);

  function filter() {
    const on = new Map(chosen().map((box) => [box.value, box.dataset.number]));
    for (const each of text.querySelectorAll(".kb-coded")) {
      const first = each.dataset.codes.split(" ").find((code) => on.has(code));
      const now = each.classList.contains("kb-now") ? " kb-now" : "";
      each.className = "kb-coded " + (first ? "kb-c" + on.get(first) : "kb-off") + now;
      for (const rect of of(each.dataset.id)) {
        if (rect.localName === "rect") {
          rect.setAttribute("class", first ? "kb-c" + on.get(first) + now : "kb-off");
        }
      }
    }
    for (const each of document.querySelectorAll("[data-code]")) {
      each.hidden = !on.has(each.dataset.code);
    }
    for (const each of document.querySelectorAll(".kb-claims li")) {
      each.hidden = !each.querySelector("[data-code]:not([hidden])");
    }
    tell();
  }

  function tell() {
    const all = shown();
    const place = all.indexOf(current) + 1;
    where.textContent = place ? `${place} of ${all.length}` : `${all.length} marked`;
  }

  function follow(id) {
    for (const each of of(id)) {
      each.classList.add("kb-now");
      const pane = panes.find((pane) => pane && pane.contains(each));
      if (!pane || pane.scrollHeight <= pane.clientHeight || each.hidden) continue;
      const box = each.getBoundingClientRect();
      const frame = pane.getBoundingClientRect();
      if (!pane.dataset.moved) {
        pane.dataset.moved = "yes";
        pane.scrollTop += box.top - frame.top - frame.height / 3;
      }
    }
    for (const pane of panes) if (pane) delete pane.dataset.moved;
  }

  function select(each, moves) {
    for (const old of document.querySelectorAll(".kb-now")) old.classList.remove("kb-now");
    current = each;
    each.classList.add("kb-now");
    follow(each.id);
    tell();
    if (!moves) return;
    each.tabIndex = -1;
    each.focus({ preventScroll: true });
    each.scrollIntoView({ block: "center" });
    remember();
  }

  function remember() {
    const codes = chosen().length === boxes.length ? [] : chosen();
    const query = new URLSearchParams(codes.map((box) => ["code", box.value])).toString();
    const hash = current ? "#" + current.id : "";
    history.replaceState(null, "", location.pathname + (query ? "?" + query : "") + hash);
  }

  function step(by) {
    const all = shown();
    const middle = window.innerHeight / 2;
    const at = all.indexOf(current);
    let next = at + by;
    if (at < 0) {
      const below = all.findIndex((each) => each.getBoundingClientRect().top > (current ? middle : 0));
      next = by > 0 ? below : (below < 0 ? all.length : below) - 1;
    }
    if (all[next]) select(all[next], true);
  }

  function arrive() {
    const each = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (each && text.contains(each)) select(each, false);
  }

  bar.querySelector("button[type=submit]").hidden = true;
  bar.querySelector(".kb-steps").hidden = false;
  for (const box of boxes) box.addEventListener("change", () => { filter(); remember(); });
  for (const button of bar.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  keys.checked = localStorage.getItem("kb-keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("kb-keys", keys.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=checkbox])");
    if (!keys.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
  text.addEventListener("click", (event) => {
    const each = event.target.closest("span[id]");
    if (!each || event.target.closest("a") || !getSelection().isCollapsed) return;
    select(each, false);
    remember();
  });
  window.addEventListener("hashchange", arrive);
  filter();
  arrive();
})();
