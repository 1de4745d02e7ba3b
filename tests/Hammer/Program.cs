using System.CommandLine;
using EncryptionService.Hammer;

// Ctrl-C cancels the run; it has ten seconds to take the service down with it.
return await HammerCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
