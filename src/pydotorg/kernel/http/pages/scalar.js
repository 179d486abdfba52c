Scalar.createApiReference("#interface", {
  url: "$openapi",
  customFetch: withoutChoices,
  documentDownloadType: "direct",
  // Nothing is asked of another host …
  proxyUrl: "",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  // … and no token outlives the visit.
  persistAuth: false,
});

// Scalar sends every parameter that has an example or a default, all filters at once: few rows pass them. So those
// that may be left out are off until the reader ticks them.
async function withoutChoices(input, init) {
  const answer = await fetch(input, init);
  if (!answer.url.endsWith("$openapi")) return answer;
  const document = await answer.json();
  const operations = Object.values(document.paths).flatMap(Object.values);
  for (const parameter of operations.flatMap(({ parameters }) => parameters ?? [])) {
    const value = parameter.schema?.examples?.[0] ?? parameter.schema?.default;
    if (parameter.required || value === undefined) continue;
    parameter.examples = { example: { value, "x-disabled": true } };
  }
  return Response.json(document);
}
