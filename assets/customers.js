// The look-up's question is put together here, so that typing and ticking cost one request each.
(function () {
  "use strict";
  const FACETS = ["kind", "tier", "segment", "grade", "life_cycle", "family", "aum", "overdue", "branch", "manager"];
  const NARROW = 820;
  const same = () => window.dash_clientside.no_update;

  function question(text, values) {
    const pairs = text ? [["q", text]] : [];
    FACETS.forEach((name, at) => {
      if (values[at] && values[at].length) pairs.push([name, values[at].join(",")]);
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
      state: function (text, submitted, ...values) {
        const asked = (text || "").trim();
        const entered = window.dash_clientside.callback_context.triggered.some((part) => part.prop_id.endsWith(".n_submit"));
        if (asked.length === 1 && !entered) return same();
        return question(asked, values);
      },
      address: function (state, request) {
        const query = [state, order(request)].filter(Boolean).join("&");
        const tail = query ? "?" + query : "";
        window.history.replaceState(window.history.state, "", "/customers" + tail);
        // The links of exports are there only for who may export.
        ["csv", "xlsx"].forEach((kind) => {
          const link = document.getElementById("customers-" + kind);
          if (link) link.href = "/customers-export/" + kind + tail;
        });
        return query;
      },
      clear: function () {
        return FACETS.map(() => []);
      },
      fold: function () {
        return window.innerWidth > NARROW;
      },
    },
  });
})();
