// A delivery goes up as the raw body of one request, straight from the disk: the browser never holds the file either.
(function () {
  "use strict";
  let sending = null;

  function box() { return document.getElementById("deliveries-upload"); }
  function part(name) { return box().querySelector("[data-part=" + name + "]"); }
  function words(key, values) {
    let text = JSON.parse(box().dataset.words)[key];
    Object.entries(values || {}).forEach(([name, value]) => { text = text.replace("{" + name + "}", value); });
    return text;
  }
  function megabytes(bytes) { return (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0); }

  function say(sentence, bad) {
    const said = part("said");
    said.textContent = sentence;
    said.className = sentence ? "gx-alert" + (bad ? " bad" : "") : "";
  }
  function show(share, text) {
    if (!box()) return;
    part("bar").hidden = share === null;
    part("stop").hidden = share === null;
    part("choose").disabled = share !== null;
    const percent = share === null ? 0 : Math.round(share * 100);
    part("fill").style.width = percent + "%";
    part("track").setAttribute("aria-valuenow", String(percent));
    part("text").textContent = text;
  }
  function source() {
    const found = window.dash_component_api.getLayout("deliveries-source");
    return found && found.props && found.props.value;
  }

  function choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".zip,application/zip";
    input.addEventListener("change", () => { if (input.files.length) send(input.files[0]); });
    input.click();
  }

  function send(file) {
    if (sending) return;
    const from = source();
    if (!from) return say(words("no_source"), true);
    if (!/\.zip$/i.test(file.name)) return say(words("not_zip"), true);
    if (!file.size) return say(words("empty"), true);
    if (file.size > Number(box().dataset.limit)) return say(words("too_large", {size: megabytes(file.size) + " MB"}), true);
    const asked = new XMLHttpRequest();
    const began = performance.now();
    sending = asked;
    say("");
    show(0, file.name);
    asked.upload.addEventListener("progress", (event) => {
      const seconds = (performance.now() - began) / 1000;
      const speed = event.loaded / Math.max(seconds, 0.001);
      const left = Math.ceil((event.total - event.loaded) / speed);
      show(event.loaded / event.total, words(event.loaded < event.total ? "sending" : "keeping", {
        done: megabytes(event.loaded), total: megabytes(event.total), speed: megabytes(speed), left: left,
      }));
    });
    asked.addEventListener("load", () => answered(asked));
    asked.addEventListener("error", () => { end(words("broken"), true); });
    asked.addEventListener("abort", () => { end(words("stopped"), false); });
    const query = new URLSearchParams({source: from, name: file.name});
    asked.open("POST", "/admin/deliveries/upload?" + query);
    asked.setRequestHeader("Content-Type", "application/zip");
    asked.setRequestHeader("Accept", "application/json");
    asked.send(file);
  }

  function end(sentence, bad) {
    sending = null;
    if (!box()) return; // another page by now
    show(null, "");
    say(sentence, bad);
  }

  function answered(asked) {
    let told = {};
    sending = null;
    try { told = JSON.parse(asked.responseText); } catch (error) { told = {}; }
    if (asked.status === 200 && told.href) return location.assign(told.href);
    if (asked.status === 401) return location.assign("/sign-in?next=" + encodeURIComponent(location.pathname));
    end(told.error || words("broken"), true);
  }

  document.addEventListener("click", (event) => {
    const part = event.target.closest("#deliveries-upload [data-part]");
    if (part && part.dataset.part === "choose") choose();
    if (part && part.dataset.part === "stop" && sending) sending.abort();
  });
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const over = event.target.closest && event.target.closest("#deliveries-upload");
    if (!over) return;
    event.preventDefault();
    over.classList.toggle("over", kind === "dragover");
    const files = event.dataTransfer.files;
    if (kind === "drop" && files.length > 1 && !sending) return say(words("one_only", {count: files.length}), true);
    if (kind === "drop" && files.length) send(files[0]);
  }));
  window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
})();
