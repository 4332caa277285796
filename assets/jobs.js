// Buttons in lists that are drawn anew every few seconds say in data-order what they are for; one fixed button obeys.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-order]");
  const fixed = document.getElementById("jobs-obey");
  if (!button || !fixed) return;
  window.dash_clientside.set_props("jobs-order", {data: button.dataset.order});
  fixed.click();
});
