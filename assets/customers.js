// The look-up's question is put together here, so that typing and ticking cost one request each.
(function () {
  "use strict";
  const FACET = "customers-facet-";
  const NARROW = 820;
  const PAGE_SIZE = 50; // rows of a page in the address, whatever the table shows at a time
  const same = () => window.dash_clientside.no_update;

  function question(text, inputs) {
    const pairs = text ? [["q", text]] : [];
    inputs.forEach(({ id, value }) => {
      if (id.startsWith(FACET) && value && value.length) pairs.push([id.slice(FACET.length), value.join(",")]);
    });
    return pairs.map(([name, value]) => name + "=" + encodeURIComponent(value).replace(/%2C/g, ",")).join("&");
  }

  function order(request) {
    const model = request && request.sortModel && request.sortModel[0];
    if (!model || (model.colId === "aum" && model.sort === "desc")) return "";
    return "sort=" + (model.sort === "desc" ? "-" : "") + model.colId;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    customers: {
      // One character is looked up only when asked for outright, by Enter.
      state: function (text) {
        const context = window.dash_clientside.callback_context;
        const entered = context.triggered.some((part) => part.prop_id.endsWith(".n_submit"));
        // Enter may come before what was typed has been handed on: what stands in the box is what is asked.
        const box = entered && document.getElementById("customers-query");
        const asked = ((box ? box.value : text) || "").trim();
        if (asked.length === 1 && !entered) return same();
        return question(asked, context.inputs_list);
      },
      address: function (state, request, pages) {
        const query = [state, order(request)].filter(Boolean).join("&");
        const tail = query ? "?" + query : "";
        const page = pages ? Math.floor(pages.currentPage * pages.pageSize / PAGE_SIZE) + 1 : 1;
        const here = page > 1 ? (tail ? tail + "&" : "?") + "page=" + page : tail;
        window.history.replaceState(window.history.state, "", "/customers" + here);
        // The links of exports are there only for who may export.
        ["csv", "xlsx"].forEach((kind) => {
          const link = document.getElementById("customers-" + kind);
          if (link) link.href = "/customers-export/" + kind + tail;
        });
        return query;
      },
      // Rows are fetched without counting far: once the facets have counted, the table knows its last page too.
      ends: function (counted, _response, state) {
        if (!counted || counted.hits === null || counted.state !== (state || "")) return same();
        window.dash_ag_grid.getApiAsync("customers-grid").then((grid) => grid.setRowCount(counted.hits, true), () => {});
        return same();
      },
      clear: function () {
        return window.dash_clientside.callback_context.outputs_list.map(() => []);
      },
      fold: function () {
        return window.innerWidth > NARROW;
      },
    },
  });
})();
