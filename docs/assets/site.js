/* A copy button for each piece of code; the copying itself, and saying so,
   is Material's. */
document.querySelectorAll(".md-content pre > code").forEach((code, number) => {
  code.id ||= `code-${number}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.title = "Copy";
  button.setAttribute("aria-label", "Copy this code");
  button.dataset.clipboardTarget = `#${code.id}`;
  code.parentElement.append(button);
});

/* The gallery's filters. Their state is the query of the address, so that
   it can be sent to someone, and that Back goes back; a value that no sample
   has is left alone, and filters nothing. */
const filters = document.querySelector(".filters");
if (filters) {
  const cards = [...document.querySelectorAll(".service li[data-service]")];
  const selects = [...filters.querySelectorAll("select")];
  const status = filters.querySelector("[role=status]");
  const reset = filters.querySelector("[type=reset]");

  const fits = (card, wanted) =>
    Object.entries(wanted).every(
      ([name, value]) => !value || card.dataset[name].split(" ").includes(value)
    );

  const show = () => {
    const wanted = Object.fromEntries(selects.map((s) => [s.name, s.value]));
    for (const card of cards) card.hidden = !fits(card, wanted);
    for (const service of document.querySelectorAll(".service"))
      service.hidden = !service.querySelector("li:not([hidden])");
    for (const select of selects)
      for (const option of select.options) {
        const instead = { ...wanted, [select.name]: option.value };
        const count = cards.filter((card) => fits(card, instead)).length;
        option.disabled = !count && !option.selected;
        option.text = option.text.replace(/\(\d+\)$/, `(${count})`);
      }
    const count = cards.filter((card) => !card.hidden).length;
    reset.hidden = !Object.values(wanted).some(Boolean);
    status.textContent = reset.hidden
      ? `${count} samples`
      : `${count} of ${cards.length} samples`;
  };

  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const select of selects) {
      select.value = query.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    show();
  };

  const write = () => {
    const address = new URL(location);
    for (const { name, value } of selects)
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    history.pushState(null, "", address);
    show();
  };

  filters.addEventListener("change", write);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const select of selects) select.value = "";
    write();
    selects[0].focus();
  });
  addEventListener("popstate", read);
  read();
}

/* A page that is not found: search for what the address ends in. */
const lost = document.querySelector(".lost input");
if (lost)
  lost.value = location.pathname
    .replace(/\/(index\.html)?$|\.html$/, "")
    .replace(/.*\//, "")
    .replace(/%[0-9a-f]{2}|[^\w.]+/gi, " ")
    .trim();
