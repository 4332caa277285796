// A bar of contribution leads to the customers behind it.
(function () {
  "use strict";
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    contribution: {
      open: function (click, figure) {
        const links = ((figure && figure.layout && figure.layout.meta) || {}).links || [];
        const link = click && click.points && links[click.points[0].pointNumber];
        return link || window.dash_clientside.no_update;
      },
    },
  });
})();
