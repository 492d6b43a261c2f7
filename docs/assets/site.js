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
