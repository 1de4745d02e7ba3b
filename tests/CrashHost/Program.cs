using EncryptionService.CrashHost;
using EncryptionService.Service;
using EncryptionService.Service.Ledger;
using Microsoft.Extensions.DependencyInjection;

// The real service, except that its ledger kills the process where standard input says: "before N", "after N" or "never".
// CRASH_AT says the same for the writes of the start. Each line is confirmed by the same line on standard error.
var faults = new Faults(Console.Error);
faults.Arm(Environment.GetEnvironmentVariable("CRASH_AT") ?? "never");
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        faults.Arm(line);
    }
});

await using var app = ServiceHost.Build(args, services => services.AddSingleton<ILedger>(provider => new DeadlyLedger(
    LedgerServices.Open(provider), faults)));
await app.RunAsync();
return Environment.ExitCode;
