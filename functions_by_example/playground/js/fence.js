// What a worker's JavaScript may reach: what is named here, and nothing else.
//
// Python runs in a worker of the site's own origin, since only there a
// browser keeps compiled WebAssembly. Before Python is there, everything is
// taken away that leads to the network, to the browser's storage or to another
// worker: whoever finds a way from Python to JavaScript finds it gone. Every
// attribute and method of a worker's global scope can be deleted:
// https://webidl.spec.whatwg.org/#js-platform-objects
//
// Of URL, what makes an address of a Blob is taken away too: a document at
// such an address is one of the site's origin, without the site's policy.
const LANGUAGE = `
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array
  Boolean DataView Date Error EvalError FinalizationRegistry Float16Array
  Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array
  Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError
  ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError
  Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array
  Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape eval globalThis
  isFinite isNaN parseFloat parseInt undefined unescape`;
// Of the worker itself: its clock and its texts, what Pyodide asks for to
// know where it is, how its own pieces call each other, and its script.
const WORKER = `
  AbortController AbortSignal Blob DOMException Event EventTarget
  MessageChannel MessageEvent MessagePort ReadableStream Response TextDecoder
  TextEncoder URL WorkerGlobalScope clearInterval clearTimeout console
  constructor crypto location performance queueMicrotask self setInterval
  setTimeout structuredClone _createPyodideModule`;
const KEPT = new Set(`${LANGUAGE} ${WORKER}`.match(/\w+/g));
const URL_LOSES = ["createObjectURL", "revokeObjectURL"];

/** Take away everything else, but for constants, which stay where they are,
    and what URL loses; put what is `given` in its place. */
export function fence(given) {
  for (
    let scope = self;
    scope !== EventTarget.prototype;
    scope = Object.getPrototypeOf(scope)
  )
    for (const name of Object.getOwnPropertyNames(scope)) {
      if (KEPT.has(name) || Reflect.deleteProperty(scope, name)) continue;
      const { get, value } = Object.getOwnPropertyDescriptor(scope, name);
      if (get || Object(value) === value)
        throw new Error(`${name} cannot be taken away`);
    }
  for (const name of URL_LOSES)
    if (!Reflect.deleteProperty(URL, name))
      throw new Error(`URL.${name} cannot be taken away`);
  Object.assign(self, given);
}
