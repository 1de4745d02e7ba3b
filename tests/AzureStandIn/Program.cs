using System.Globalization;
using System.Text.Json;
using EncryptionService.AzureStandIn;

// dotnet EncryptionService.AzureStandIn.dll --folder DIR [--port N] [--identity-port N] [--host NAME] [--listen any]
// Writes DIR/stand-in.json once it listens, and deletes it when it ends. SIGTERM and Ctrl-C end it.
var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
if (settings["folder"] is not { Length: > 0 } folder)
{
    await Console.Error.WriteLineAsync("--folder DIR is missing: where keys, certificate and stand-in.json are kept.");
    return 2;
}

var ready = Path.Combine(folder, "stand-in.json");
Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
File.Delete(ready);
using var stop = new CancellationTokenSource();
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
await using var standIn = await StandIn.StartAsync(
    new StandInOptions(folder)
    {
        Port = Port("port"),
        IdentityPort = Port("identity-port"),
        Host = settings["host"] ?? "localhost",
        ListenOnAny = settings["listen"] == "any",
    },
    stop.Token);

var draft = ready + ".new";
await File.WriteAllTextAsync(draft, JsonSerializer.Serialize(new Dictionary<string, string>
{
    ["vaultUrl"] = standIn.VaultUrl.AbsoluteUri,
    ["identityEndpoint"] = standIn.IdentityEndpoint.AbsoluteUri,
    ["identityHeader"] = standIn.IdentityHeader,
    ["clientId"] = standIn.ClientId,
    ["caFile"] = Path.GetFullPath(standIn.CaFile),
    ["certFile"] = Path.GetFullPath(standIn.CertFile),
    ["keyFile"] = Path.GetFullPath(standIn.KeyFile),
}) + "\n");
File.Move(draft, ready);
Console.WriteLine($"Listening: {standIn.VaultUrl} and {standIn.IdentityEndpoint}");

var ended = new TaskCompletionSource();
await using (stop.Token.Register(ended.SetResult))
{
    await ended.Task;
}

File.Delete(ready);
return 0;

int Port(string name) => int.TryParse(settings[name], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

void Stop(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
