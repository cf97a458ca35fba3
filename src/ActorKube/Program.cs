using ActorKube.CommandLine;

return await CommandTree.Build().Parse(args).RunAsync();
