using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Checks;
using EncryptionService.Hammer.Scim.Hosts;
using EncryptionService.Hammer.Scim.Idp;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Demo;

/// <summary>What the demo runs, and where.</summary>
internal sealed record DemoOptions(Programs Programs, FileInfo Eec, DirectoryInfo Folder);

/// <summary>The whole chain in one go: both hosts, two IdPs, people with the command line client.</summary>
internal sealed class DemoRun(DemoOptions options, Account account, TimeProvider time)
{
    private const string Name = "demo";
    private const string Stranger = "Bearer-that-nobody-made-000000000000000000";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var folder = options.Folder;
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        folder.Create();
        using var recorder = new Recorder(folder.CreateSubdirectory("recorded"));
        await using var database = await CoreDatabase.CreateAsync(folder, null, cancellationToken);
        await using var hosts = await Installation.StartAsync(options.Programs, folder, database, 1, hurried: false, recorder, faults, time, cancellationToken);
        var organization = OrganizationId.TryParse(Name, out var id) ? id : throw new InvalidOperationException();
        var (entra, okta, code) = await InstallAsync(hosts, database, organization, cancellationToken);

        using var entraDoor = Door(hosts, entra, entra.Token, EntraId.AgentName, recorder);
        using var oktaDoor = Door(hosts, okta, okta.Token, Okta.AgentName, recorder);
        await ShowTokensAsync(hosts, entra, okta, recorder, cancellationToken);
        var stage = new Stage(account, hosts, database, options.Eec, folder.CreateSubdirectory("people"), code, time);
        await new EntraAct(stage, entraDoor).PlayAsync(cancellationToken);
        await new OktaAct(stage, oktaDoor).PlayAsync(cancellationToken);
        await EndAsync(hosts, database, cancellationToken);
        foreach (var fault in faults.First)
        {
            account.Show(false, fault);
        }
    }

    private ScimDoor Door(Installation hosts, Connection connection, string token, string agent, Recorder recorder) =>
        new(hosts.Cores, connection.BaseUrl.AbsolutePath, token, agent, recorder, time);

    private async Task<(Connection Entra, Connection Okta, string Code)> InstallAsync(
        Installation hosts, CoreDatabase database, OrganizationId organization, CancellationToken cancellationToken)
    {
        account.Chapter("Two hosts");
        account.Show(true, "The provisioning host is ready", hosts.Root.GetLeftPart(UriPartial.Authority));
        await hosts.CoreVerbAsync(["org", "create", Name, "--name", "Demo Ltd"], cancellationToken);
        var entra = await hosts.ConnectAsync(organization, IdpKind.Entra, cancellationToken);
        var okta = await hosts.ConnectAsync(organization, IdpKind.Okta, cancellationToken);
        account.Show(true, "An organization, and a connection for each IdP", "org create, connection create");
        account.Note($"Tenant URL for Entra ID  {entra.BaseUrl}");
        account.Note($"Base URL for Okta        {okta.BaseUrl}");
        await hosts.StartServiceAsync(organization, azure: null, replicas: 1, cancellationToken);
        await hosts.WaitAsync(database, """SELECT COUNT(*) FROM "Services" """, "The enrolment of the service", cancellationToken);
        account.Show(true, "The encryption service is configured, started, and enrolled", "service configure");
        var code = OrganizationCode.Format(await hosts.PinAsync(cancellationToken));
        account.Show(true, "The service's administrator reads the organization code out to members", code);
        return (entra, okta, code);
    }

    private async Task ShowTokensAsync(Installation hosts, Connection entra, Connection okta, Recorder recorder, CancellationToken cancellationToken)
    {
        account.Chapter("Tokens");
        using var none = Door(hosts, entra, Stranger, EntraId.AgentName, recorder);
        account.Show((await none.GetAsync("/Users", cancellationToken)).Status == 401, "A wrong token is answered with 401");
        using var other = Door(hosts, entra, okta.Token, EntraId.AgentName, recorder);
        account.Show((await other.GetAsync("/Users", cancellationToken)).Status == 401, "A right token at another connection's URL is answered with 401");
    }

    private async Task EndAsync(Installation hosts, CoreDatabase database, CancellationToken cancellationToken)
    {
        account.Chapter("What is left");
        var status = await hosts.CoreVerbAsync(["status"], cancellationToken);
        foreach (var line in status.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            account.Note(line.TrimEnd());
        }

        var rest = await StatusReading.AtRestAsync(hosts, cancellationToken);
        account.Show(rest.Held, "Nothing waits, nothing is parked, every group is complete: status --json", rest.Held ? "" : rest.Detail);
        var records = await CoreRecords.ReadAsync(database, cancellationToken);
        account.Show(RecordChecks.Outbox(records).Held, "Every event reached the service, in order and without a gap", Screen.Text($"{records.Events.Count} events"));
        var chains = RecordChecks.Chains(records, out var statements, out var epochs);
        account.Show(chains.Held, "Every chain is whole, and no commitment occurs twice", Screen.Text($"{statements} statements, {epochs} epochs, {records.Envelopes.Count} envelopes"));
        await hosts.StopAsync();
        var verified = await hosts.ServiceVerbAsync(["ledger", "verify"], cancellationToken);
        account.Show(verified.Code == 0, "The service's ledger verifies", "ledger verify");
    }
}
