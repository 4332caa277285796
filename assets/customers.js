// The look-up's question is put together here, so that typing and ticking cost one request each. Each question is an
// entry of the browser's history: Back goes to the one before. What is being typed is one entry until it is done.
(function () {
  "use strict";
  const FACET = "customers-facet-";
  const NARROW = 820;
  const PAGE_SIZE = 50; // rows of a page in the address, whatever the table shows at a time
  const same = () => window.dash_clientside.no_update;
  let typing = false; // whether the entry in the history is of a text that is still being typed
  let fresh = false; // whether the next address is a new entry
  let wanted = 0; // the page of rows to go to once the table knows how many there are

  function question(text, inputs) {
    const pairs = text ? [["q", text]] : [];
    inputs.forEach(({ id, value }) => {
      if (id.startsWith(FACET) && value && value.length) pairs.push([id.slice(FACET.length), value.join(",")]);
    });
    return pairs.map(([name, value]) => name + "=" + encoded(value)).join("&");
  }

  function encoded(value) {
    return encodeURIComponent(value).replace(/%2C/g, ",").replace(/%20/g, "+");
  }

  function stands() {
    const state = window.dash_component_api.getLayout("customers-state");
    return (state && state.props && state.props.data) || "";
  }

  // Back and forward between two questions of this page: its own controls are set, nothing is drawn anew.
  function restore() {
    const told = new URLSearchParams(window.location.search);
    const show = window.dash_clientside.set_props;
    const boxes = Array.from(document.querySelectorAll("[id^=" + FACET + "]"));
    const chosen = boxes.map((box) => ({
      id: box.id, value: (told.get(box.id.slice(FACET.length)) || "").split(",").filter(Boolean),
    }));
    const text = told.get("q") || "";
    const [, down, column] = /^(-?)(.*)$/.exec(told.get("sort") || "-aum");
    typing = fresh = false;
    wanted = Number(told.get("page")) || 0;
    show("customers-query", {value: text});
    chosen.forEach(({id, value}) => show(id, {value: value}));
    show("customers-state", {data: question(text, chosen)});
    window.dash_ag_grid.getApiAsync("customers-grid").then((grid) => {
      const order = {colId: column, sort: down ? "desc" : "asc"};
      const now = grid.getColumnState().find((one) => one.sort);
      if (!now || now.colId !== order.colId || now.sort !== order.sort) {
        grid.applyColumnState({state: [order], defaultState: {sort: null}});
      }
    }, () => {});
  }

  // Before Dash hears of it, which would draw the page anew, and only where the address is not what it remembers.
  window.addEventListener("popstate", (event) => {
    if (window.location.pathname !== "/customers" || !document.getElementById("customers-grid")) return;
    event.stopImmediatePropagation();
    restore();
  }, true);

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
        const ticked = context.triggered.some((part) => part.prop_id.startsWith(FACET));
        const next = question(asked, context.inputs_list);
        if (next === stands()) {
          typing = typing && !entered;
          return same();
        }
        fresh = ticked || !typing;
        typing = !ticked && !entered;
        return next;
      },
      address: function (state, request, pages) {
        const query = [state, order(request)].filter(Boolean).join("&");
        const tail = query ? "?" + query : "";
        const page = pages ? Math.floor(pages.currentPage * pages.pageSize / PAGE_SIZE) + 1 : 1;
        const here = page > 1 ? (tail ? tail + "&" : "?") + "page=" + page : tail;
        const go = fresh && here !== window.location.search ? "pushState" : "replaceState";
        fresh = false;
        window.history[go](window.history.state, "", "/customers" + here);
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
        window.dash_ag_grid.getApiAsync("customers-grid").then((grid) => {
          grid.setRowCount(counted.hits, true);
          if (wanted > 1) grid.paginationGoToPage(Math.floor((wanted - 1) * PAGE_SIZE / grid.paginationGetPageSize()));
          wanted = 0;
        }, () => {});
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
