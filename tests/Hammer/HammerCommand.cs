using System.CommandLine;
using EncryptionService.Hammer.Demo;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Run;
using EncryptionService.Hammer.Scim;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer;

/// <summary>The command line.</summary>
internal static class HammerCommand
{
    private static readonly Option<FileInfo[]> Events = new("--events")
    {
        Description = "The membership history: one or more files, one JSON object a line.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<FileInfo> Expect = new("--expect") { Description = "The state in which the whole history must end." };
    private static readonly Option<int> PerRequest = new("--members-per-request") { Description = "History lines in a request: 1 to 1,000.", DefaultValueFactory = _ => 100 };
    private static readonly Option<double?> KillEvery = new("--kill-every") { Description = "Kill the service about every so many seconds, 20 times at least." };
    private static readonly Option<FileInfo?> Json = new("--json") { Description = "Write figures and checks to this file." };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Only the first so many lines." };
    private static readonly Option<DirectoryInfo?> Keep = new("--keep") { Description = "Keep ledger, keys and recordings in this empty folder." };
    private static readonly Option<bool> Story = new("--story") { Description = "Tell a few groups' stories." };
    private static readonly Option<FileInfo> Service = new("--service") { Description = "The built service (a .dll); without it, it is built first." };

    private static readonly Option<IdpKind?> ThroughScim = new("--through-scim") { Description = "Play this IdP against a real core: entra or okta." };
    private static readonly Option<FileInfo> Core = new("--core") { Description = "The built core (a .dll); without it, it is built first. With --through-scim." };
    private static readonly Option<string?> Postgres = new("--postgres") { Description = "Give the core a fresh database on this server (a connection string). With --through-scim." };
    private static readonly Option<int> Instances = new("--instances") { Description = "Instances of the core, 1 to 4; more than one need --postgres.", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> InAzure = new("--azure") { Description = "Ledger in append blobs and keys in a key vault: Azurite and a stand-in, both started here." };
    private static readonly Option<int> ReplicaCount = new("--replicas") { Description = "Replicas of the service behind an ingress, 1 to 4; more than one need --azure.", DefaultValueFactory = _ => 1 };

    public static RootCommand Create()
    {
        Events.AcceptExistingOnly();
        Expect.AcceptExistingOnly();
        Service.AcceptExistingOnly();
        Core.AcceptExistingOnly();
        PerRequest.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000)
            {
                result.AddError("--members-per-request takes 1 to 1,000.");
            }
        });
        KillEvery.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is < 0.1 or > 3_600)
            {
                result.AddError("--kill-every takes 0.1 to 3,600 seconds.");
            }
        });
        Limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--limit takes 1 or more.");
            }
        });
        Instances.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not 1 and (< 1 or > 4) || (result.GetValueOrDefault<int>() > 1 && result.GetResult(Postgres) is null))
            {
                result.AddError("--instances takes 1 to 4; more than one need --postgres.");
            }
        });
        ReplicaCount.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not 1 and (< 1 or > 4) || (result.GetValueOrDefault<int>() > 1 && result.GetResult(InAzure) is null))
            {
                result.AddError("--replicas takes 1 to 4; more than one need --azure.");
            }
        });
        var command = new RootCommand("Replays a membership history and checks what it came to: against a real service, as a distrustful core; or through a real core, as an IdP and its people.")
        {
            Events, Expect, PerRequest, KillEvery, Json, Limit, Keep, Story, Service, ThroughScim, Core, Postgres, Instances, InAzure, ReplicaCount,
        };
        command.SetAction(RunAsync);
        command.Add(DemoCommand.Create());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new HammerOptions
        {
            Events = arguments.GetRequiredValue(Events),
            Expect = arguments.GetValue(Expect),
            LinesPerRequest = arguments.GetValue(PerRequest),
            KillEvery = arguments.GetValue(KillEvery) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Json = arguments.GetValue(Json),
            Limit = arguments.GetValue(Limit),
            Keep = arguments.GetValue(Keep),
            Story = arguments.GetValue(Story),
            Service = arguments.GetValue(Service),
            ThroughScim = arguments.GetValue(ThroughScim),
            Core = arguments.GetValue(Core),
            Postgres = arguments.GetValue(Postgres),
            Instances = arguments.GetValue(Instances),
            Azure = arguments.GetValue(InAzure),
            Replicas = arguments.GetValue(ReplicaCount),
        };
        try
        {
            return options.ThroughScim is { } kind ? await ScimCommand.RunAsync(options, kind, cancellationToken) : await RunAsync(options, cancellationToken);
        }
        catch (Exception exception) when (exception is HammerException or InvalidDataException or TimeoutException)
        {
            Console.WriteLine($"The run broke off: {exception.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("The run was interrupted.");
            return 1;
        }
    }

    private static async Task<int> RunAsync(HammerOptions options, CancellationToken cancellationToken)
    {
        Screen.Prepare();
        var lines = HistoryLine.Read(options.Events, options.Limit);
        await using var run = new HammerRun(options, TimeProvider.System);
        var outcome = await Screen.FollowAsync(progress => run.RunAsync(lines, progress, cancellationToken));
        if (options.Story)
        {
            new Story(run, lines).Tell();
        }

        Screen.Show(outcome);
        if (options.Json is { } file)
        {
            ResultJson.Write(file, outcome);
        }

        Console.WriteLine(Screen.Sentence(outcome));
        return outcome.Held ? 0 : 1;
    }
}
