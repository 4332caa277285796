// The page of the movements stands in the address, so that a reload or a link shows the same rows; on a phone the open
// tab is brought into sight.
(function () {
  "use strict";
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    customer: {
      tab: function () {
        window.requestAnimationFrame(function () {
          const open = document.querySelector(".gx-tabs .on");
          const strip = open && open.closest(".gx-tabs");
          if (strip) strip.scrollLeft = open.offsetLeft - (strip.clientWidth - open.offsetWidth) / 2;
        });
        return window.dash_clientside.no_update;
      },
      address: function (shown, who) {
        if (!shown || !who) return window.dash_clientside.no_update;
        const page = shown.first / shown.rows + 1;
        const told = new URLSearchParams();
        if (who.tab && who.tab !== "overview") told.set("tab", who.tab);
        if (page > 1) told.set("page", page);
        const tail = told.toString() ? "?" + told.toString() : "";
        window.history.replaceState(window.history.state, "", location.pathname + tail);
        return page;
      },
    },
  });
})();
