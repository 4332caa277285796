// A click on a bar, a cell or a band of a chart opens the customers behind it.
(function () {
  "use strict";
  const same = () => window.dash_clientside.no_update;
  // Where a point leads: a band or node says so itself; `meta` of other traces holds one address a point, a row of a heatmap.
  const place = (figure, point) => {
    if (typeof point.customdata === "string") return point.customdata;
    const trace = figure.data[point.curveNumber] || {};
    const at = trace.type === "heatmap"
      ? [trace.y.indexOf(point.y), trace.x.indexOf(point.x)]
      : [typeof point.pointNumber === "number" ? point.pointNumber : point.pointIndex];
    return at.reduce((found, step) => (found || [])[step], trace.meta);
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    segments: {
      go: function (branch, shown) {
        if (!shown || (branch || "") === shown.branch) return same();
        const told = new URLSearchParams(window.location.search);
        if (branch) told.set("branch", branch); else told.delete("branch");
        return "?" + told.toString();
      },
      open: function (clicks, figures) {
        const last = window.dash_clientside.callback_context.triggered[0];
        const at = last && last.value ? clicks.indexOf(last.value) : -1;
        const told = at >= 0 && figures[at] ? place(figures[at], last.value.points[0]) : null;
        if (typeof told !== "string" || !told.startsWith("/customers")) return same();
        window.location.assign(told);
        return same();
      },
    },
  });
})();
