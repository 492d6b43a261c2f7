"""What the Functions host sends: a model, since no host runs here.

An event file says what a person would say; everything it leaves open has a
fixed default. What the host leaves out (null metadata, empty strings in a list
of strings, empty query values) is left out here too, and an attribute that the
host never sends is refused.

One module for each trigger's service; `builder.py` registers them.

How the host turns a .NET value into a message, for every trigger:
https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs
and which metadata it drops:
https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/Extensions/ScriptInvocationContextExtensions.cs
"""
