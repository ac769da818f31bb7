// Owns the one thing the worker does besides keeping the shell: it takes contact files that another app shares with Lumiso.
// They wait on this device until the import screen has read them (client/shared-files.ts); nothing of them goes to the server
// or into an address. A newer share replaces an older one. A file of its own, because the worker itself is generated.
const CACHE = "lumiso-shared";
const MOST_FILES = 20;

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "POST" && new URL(url).pathname === "/share") event.respondWith(takeShare(event.request));
});

async function takeShare(request) {
  try {
    const form = await request.formData();
    const files = form.getAll("contacts").filter((part) => part instanceof File && part.size > 0);
    await keep(files.slice(0, MOST_FILES));
    return Response.redirect(files.length > 0 ? "/share" : "/share?failed", 303);
  } catch {
    // What cannot be read or stored is told by the page, which asks for the file again.
    return Response.redirect("/share?failed", 303);
  }
}

async function keep(files) {
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  for (const [index, file] of files.entries()) {
    const headers = { "X-Name": encodeURIComponent(file.name), "X-At": String(Date.now()) };
    await cache.put(`/share/${index}`, new Response(file, { headers }));
  }
}
