/* What of the site the editor needs besides its own modules. */

/** A JSON file of the site. Rejects where it cannot be had. */
export async function json(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  return answer.json();
}

/** Put a style sheet into the page; resolves once it holds. */
export const styled = (url) =>
  new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error(`${url.pathname} cannot be loaded`));
    };
    document.head.append(link);
  });

/** The policy lets the editor's styles in by this. */
export const nonce = () =>
  /'nonce-([^']+)'/.exec(
    document.querySelector("meta[http-equiv=Content-Security-Policy]")?.content,
  )?.[1];
