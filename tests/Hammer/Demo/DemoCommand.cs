using System.CommandLine;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Hosts;

namespace EncryptionService.Hammer.Demo;

/// <summary>The verb <c>demo</c>, which deploy/demo.sh calls.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var core = Built("--core", "The built core (a .dll).");
        var service = Built("--service", "The built service (a .dll).");
        var eec = Built("--eec", "The built command line client (a .dll).");
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Where everything is kept; emptied first.", Required = true };
        var command = new Command("demo", "Shows the whole chain in one go, and whether every result was as expected.") { core, service, eec, folder };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoOptions(new Programs(parsed.GetRequiredValue(core), parsed.GetRequiredValue(service)), parsed.GetRequiredValue(eec), parsed.GetRequiredValue(folder)), cancellationToken));
        return command;
    }

    private static Option<FileInfo> Built(string name, string description) => new Option<FileInfo>(name) { Description = description, Required = true }.AcceptExistingOnly();

    private static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        Screen.Prepare();
        var account = new Account();
        try
        {
            await new DemoRun(options, account, TimeProvider.System).RunAsync(cancellationToken);
            return account.End();
        }
        catch (Exception exception) when (exception is HammerException or InvalidDataException or IOException)
        {
            Console.WriteLine($"The demo broke off: {exception.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("The demo was interrupted.");
            return 1;
        }
    }
}
