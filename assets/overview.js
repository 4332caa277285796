// Month and branch stand in the address, so that a link shows what its sender saw.
(function () {
  "use strict";
  const same = () => window.dash_clientside.no_update;
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    overview: {
      go: function (month, branch, asked, shown) {
        // The page fills its pickers itself, one after the other: only what differs from what is shown was chosen.
        if (!month || !shown || (month === shown.month && (branch || "") === shown.branch)) return same();
        const told = new URLSearchParams();
        told.set("month", month);
        if (branch) told.set("branch", branch);
        Object.keys(asked || {}).forEach(function (name) {
          if (name !== "month" && name !== "branch" && asked[name]) told.set(name, asked[name]);
        });
        return "?" + told.toString();
      },
    },
  });
})();
