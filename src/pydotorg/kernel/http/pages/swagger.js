SwaggerUIBundle({
  dom_id: "#interface",
  url: "$openapi",
  deepLinking: true,
  responseInterceptor: withoutChoices,
  // Nothing is asked of another host, nor chosen by whoever wrote the link …
  validatorUrl: null,
  queryConfigEnabled: false,
  // … and no token outlives the visit.
  persistAuthorization: false,
});

// Swagger UI fills in every example, all filters at once: few rows pass them. So what may be left out starts empty.
function withoutChoices(answer) {
  if (!answer.url.endsWith("$openapi")) return answer;
  const document = JSON.parse(answer.text);
  const operations = Object.values(document.paths).flatMap(Object.values);
  for (const parameter of operations.flatMap(({ parameters }) => parameters ?? [])) {
    const { required, description = "", example } = parameter;
    if (required || example === undefined) continue;
    delete parameter.example;
    parameter.description = description + " For example: " + example;
  }
  return { ...answer, text: JSON.stringify(document) };
}
