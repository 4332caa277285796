// What AG Grid calls by name: its theme from our tokens, opening rows, and the drawing of cells.
(function () {
  "use strict";
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  functions.gxTheme = function (base) {
    return base.withParams({
      backgroundColor: "var(--card)", foregroundColor: "var(--ink)", borderColor: "var(--line)",
      rowBorder: {color: "var(--line-2)"}, wrapperBorder: false, wrapperBorderRadius: 0, headerBackgroundColor: "var(--card)",
      headerTextColor: "var(--ink-3)", headerFontSize: 12, headerFontWeight: 500, accentColor: "var(--accent)",
      rowHoverColor: "var(--line-2)", selectedRowBackgroundColor: "var(--accent-soft)", fontFamily: "inherit", fontSize: 13,
      cellHorizontalPadding: 10, chromeBackgroundColor: "var(--card)", browserColorScheme: "inherit",
    });
  };

  // A row opens by click, or by Enter on any of its cells; with Ctrl in a window of its own.
  functions.gxOpenRow = function (params) {
    const event = params.event;
    const key = event && event.type === "keydown";
    if (!params.data || !params.data.href || (key && event.key !== "Enter")) return;
    if (!key && (event.target.closest("a") || String(window.getSelection()))) return;
    if (event.ctrlKey || event.metaKey) window.open(params.data.href, "_blank", "noopener");
    else window.location.assign(params.data.href);
  };

  components.GxChip = function (props) {
    const value = props.value;
    if (!value || !value.text) return null;
    return React.createElement("span", {className: "gx-chip " + (value.tone || "plain")}, value.text);
  };
  components.GxLink = function (props) {
    const value = props.value;
    if (!value) return null;
    return React.createElement("a", {href: value.href}, value.text);
  };
})();
