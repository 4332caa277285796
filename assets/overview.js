// Month and branch stand in the address, so that a link shows what its sender saw.
(function () {
  "use strict";
  const same = () => window.dash_clientside.no_update;
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    overview: {
      go: function (month, branch, asked) {
        if (!month) return same();
        const now = new URLSearchParams(window.location.search);
        const told = new URLSearchParams();
        told.set("month", month);
        if (branch) told.set("branch", branch);
        if (asked && asked.kpi) told.set("kpi", asked.kpi);
        // The pickers are filled by the page itself: that is no choice of the reader's.
        const shown = window.dash_clientside.callback_context.triggered.length > 1;
        if (shown || told.toString() === now.toString()) return same();
        return "?" + told.toString();
      },
    },
  });
})();
