// What the frame does in the browser. No framework: Dash draws, this listens.
(function () {
  "use strict";

  // An answer of 401 means that the session ended: go and sign in, and come back to this page.
  const ask = window.fetch;
  window.fetch = function (...request) {
    return ask.apply(this, request).then((answer) => {
      if (answer.status === 401) {
        const here = location.pathname + location.search;
        location.assign("/sign-in?next=" + encodeURIComponent(here));
        return new Promise(() => {}); // the page is leaving: nobody is to read this answer, twice or at all
      }
      return answer;
    });
  };

  // "/" and Ctrl-K go to the look-up box, unless somebody is typing; Escape closes what is open.
  function typing(element) {
    return element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }
  document.addEventListener("keydown", (event) => {
    const wanted = (event.key === "/" && !typing(event.target)) ||
      ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k");
    const box = document.getElementById("frame-search");
    if (wanted && box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.gx-person[open]").forEach((open) => open.removeAttribute("open"));
      document.body.classList.remove("gx-menu-open");
    }
  });

  // The button whose question stands in the dialog, and the one that was answered with yes.
  let asking = null;
  let sure = null;

  // A list that is drawn anew has another button for the same order by now.
  function standing(button) {
    const same = [...document.querySelectorAll("[data-order]")].find((one) => one.dataset.order === button.dataset.order);
    return button.isConnected ? button : same || button;
  }

  // The menu of a narrow screen, questions before acts, and "try again".
  document.addEventListener("click", (event) => {
    const menu = event.target.closest("[data-menu]");
    if (menu) document.body.classList.toggle("gx-menu-open", menu.dataset.menu === "open");
    if (event.target.closest(".gx-nav a")) document.body.classList.remove("gx-menu-open");
    document.querySelectorAll("details.gx-person[open]").forEach((open) => {
      if (!open.contains(event.target)) open.removeAttribute("open");
    });
    const turn = event.target.closest("[data-turn]");
    if (turn) turnOver(turn);
    const again = event.target.closest("[data-again]");
    if (again) retry(JSON.parse(again.dataset.again));
  });
  // An act that needs a reason is not asked about before there is one: it is refused, and the box has the focus.
  function lacking(button) {
    const box = button.dataset.needs && document.getElementById(button.dataset.needs);
    if (!box || box.value.trim()) return false;
    box.focus();
    return true;
  }

  document.addEventListener("click", (event) => {
    const asks = event.target.closest("[data-ask]");
    if (asks && asks !== sure && !lacking(asks)) {
      event.preventDefault();
      event.stopPropagation();
      asking = asks;
      const show = window.dash_clientside.set_props;
      show("dialog-ask-words", {children: asks.dataset.ask});
      show("dialog-ask-yes", {children: asks.textContent, className: "gx-btn " + (asks.classList.contains("danger") ? "danger" : "main")});
      show("dialog-ask", {is_open: true});
    }
    const answer = event.target.closest("[data-answer]");
    if (answer) {
      window.dash_clientside.set_props("dialog-ask", {is_open: false});
      if (answer.dataset.answer === "yes" && asking) { sure = standing(asking); sure.click(); }
      sure = asking = null;
    }
  }, true);

  // What was said of the act before goes when the next begins. Said again in the same words it is then a new sentence:
  // React would keep the old one, which has faded away already.
  function hush() {
    if (document.querySelector("#frame-toast .gx-toast")) window.dash_clientside.set_props("frame-toast", {children: null});
  }
  document.addEventListener("click", (event) => { if (event.target.closest("button, a, summary")) hush(); }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.closest("input, select")) hush();
  }, true);

  // A chart and the table behind it: the button names the side one would turn to.
  function turnOver(button) {
    const card = button.closest(".gx-card");
    card.querySelectorAll(".gx-face").forEach((face) => { face.hidden = !face.hidden; });
    const words = button.dataset.turn;
    button.dataset.turn = button.textContent;
    button.textContent = words;
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    window.dispatchEvent(new Event("resize"));
  }

  // Setting a property to what it is makes Dash ask again for what depends on it.
  function retry(input) {
    const found = window.dash_component_api.getLayout(input.id);
    const value = found && found.props ? found.props[input.property] : null;
    window.dash_clientside.set_props(input.id, {[input.property]: value === undefined ? null : value});
  }

  // Under "frame" stand the clientside callbacks of the frame.
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    frame: {
      mark_place: function (path) {
        const links = Array.from(document.querySelectorAll(".gx-menu-link"));
        const below = (place) => place === path || (place !== "/" && path.startsWith(place + "/"));
        // Of a page and one below it in the address, only the nearer is on.
        const places = links.map((link) => new URL(link.href).pathname).filter(below);
        const nearest = places.sort((a, b) => b.length - a.length)[0];
        links.forEach((link) => {
          const on = new URL(link.href).pathname === nearest;
          link.classList.toggle("on", on);
          if (on) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
        });
        return "gx-nav";
      },
      refresh_grid: function () {
        const ident = window.dash_clientside.callback_context.outputs_list.id;
        const grid = window.dash_ag_grid && window.dash_ag_grid.getApi(ident);
        if (grid) { grid.paginationGoToFirstPage(); grid.purgeInfiniteCache(); }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
