// Filters stand in the address; a click on a bar or a cell opens the customers behind it.
(function () {
  "use strict";
  const same = () => window.dash_clientside.no_update;
  const search = (change) => {
    const told = new URLSearchParams(window.location.search);
    told.delete("page"); // another question begins at its first page
    Object.keys(change).forEach(function (name) {
      if (change[name]) told.set(name, change[name]);
      else told.delete(name);
    });
    return "?" + told.toString();
  };
  // The name of the figure under a click: `meta` of the trace holds one a point, a row of names a row of a heatmap.
  const named = (figure, point) => {
    const trace = figure.data[point.curveNumber] || {};
    const at = trace.type === "heatmap"
      ? [trace.y.indexOf(point.y), trace.x.indexOf(point.x)]
      : [typeof point.pointNumber === "number" ? point.pointNumber : point.pointIndex];
    return at.reduce((found, place) => (found || [])[place], trace.meta);
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    filters: {
      go: function (values, ids, shown) {
        if (!shown || !ids || !ids.length) return same();
        const change = {};
        ids.forEach(function (id, at) {
          // The page fills its filters itself: only what differs from what is shown was chosen.
          if ((values[at] || "") !== (shown[id.name] || "")) change[id.name] = values[at] || "";
        });
        return Object.keys(change).length ? search(change) : same();
      },
      open: function (clicks, figures) {
        const last = window.dash_clientside.callback_context.triggered[0];
        const at = last && last.value ? clicks.indexOf(last.value) : -1;
        if (at < 0 || !figures[at]) return same();
        const told = named(figures[at], last.value.points[0]);
        return told ? search(told) : same();
      },
    },
  });
})();
