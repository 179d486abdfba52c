SwaggerUIBundle({
  dom_id: "#interface",
  url: "$openapi",
  deepLinking: true,
  // Nothing is asked of another host, nor chosen by whoever wrote the link …
  validatorUrl: null,
  queryConfigEnabled: false,
  // … and no token outlives the visit.
  persistAuthorization: false,
});
