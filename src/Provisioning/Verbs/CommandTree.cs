using System.CommandLine;
using EncryptionService.Provisioning.Connections;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Names the verbs and their options. What they do stands beside it, one file for each kind of thing.</summary>
internal static class CommandTree
{
    /// <summary>All verbs; what is no verb and no option is a setting.</summary>
    public static RootCommand Make(Runner runner)
    {
        var root = new RootCommand("Provisioning: from an IdP's SCIM calls to members' envelopes. Settings come from the environment, from appsettings.json beside the program, and as --Section:Key=value.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        root.SetAction(runner.ServeAsync);
        root.Add(new Command("org", "Organizations") { OrganizationCreate(runner), OrganizationList(runner) });
        root.Add(new Command("connection", "Connections of IdPs") { ConnectionCreate(runner), ConnectionRotate(runner), ConnectionList(runner), ConnectionDelete(runner) });
        root.Add(new Command("service", "Encryption services") { ServiceConfigure(runner), ServiceTemplate(runner) });
        root.Add(new Command("operator", "Operators") { OperatorToken(runner) });
        root.Add(new Command("admin", "Administrators") { ForOrganization(runner, "link", "Make a link for the organization's first administrator, good once", OrganizationVerbs.AdminLinkAsync) });
        root.Add(new Command("group", "Groups")
        {
            GroupRotate(runner),
            ForGroup(runner, "retry", "Ask again for what a group's service refused", GroupVerbs.RetryAsync),
        });
        root.Add(new Command("member", "Members") { MemberResend(runner) });
        root.Add(new Command("invitation", "Invitations") { InvitationList(runner) });
        root.Add(Status(runner));
        root.Add(Purge(runner));
        return root;
    }

    private static Command OrganizationCreate(Runner runner)
    {
        var id = new Argument<string>("id") { Description = "Id, as on the wire" };
        var name = Required("--name", "Name for people");
        return Verb(runner, "create", "Make an organization", (parsed, rooms, output, token) =>
            OrganizationVerbs.CreateAsync(rooms, output, parsed.GetRequiredValue(id), parsed.GetRequiredValue(name), token), id, name);
    }

    private static Command OrganizationList(Runner runner) =>
        Verb(runner, "list", "Show the organizations", (_, rooms, output, token) => OrganizationVerbs.ListAsync(rooms, output, token));

    private static Command ConnectionCreate(Runner runner)
    {
        var organization = Organization();
        var kind = Required("--kind", "The IdP: entra or okta. Changes labels only").AcceptOnlyFromAmong([.. ConnectionVerbs.Kinds]);
        var name = new Option<string?>("--name") { Description = "Name for people" };
        return Verb(runner, "create", "Make a connection and show its URL and token, once", (parsed, rooms, output, token) =>
            ConnectionVerbs.CreateAsync(rooms, output, parsed.GetRequiredValue(organization), parsed.GetRequiredValue(kind), parsed.GetValue(name), token), organization, kind, name);
    }

    private static Command ConnectionRotate(Runner runner)
    {
        var id = Connection();
        var days = new Option<int>("--days") { Description = "Days that old tokens stay valid", DefaultValueFactory = _ => (int)ConnectionBook.Overlap.TotalDays };
        var now = new Option<bool>("--now") { Description = "End the old tokens at once" };
        return Verb(runner, "rotate", "Make a new token for a connection and show it, once", (parsed, rooms, output, token) =>
            ConnectionVerbs.RotateAsync(rooms, output, parsed.GetRequiredValue(id), parsed.GetValue(days), parsed.GetValue(now), token), id, days, now);
    }

    private static Command ConnectionList(Runner runner)
    {
        var organization = new Option<string?>("--org") { Description = "Only those of this organization" };
        return Verb(runner, "list", "Show connections, and when they were last used", (parsed, rooms, output, token) =>
            ConnectionVerbs.ListAsync(rooms, output, parsed.GetValue(organization), token), organization);
    }

    private static Command ConnectionDelete(Runner runner)
    {
        var id = Connection();
        return Verb(runner, "delete", "End a connection; members and groups stay", (parsed, rooms, output, token) =>
            ConnectionVerbs.DeleteAsync(rooms, output, parsed.GetRequiredValue(id), token), id);
    }

    private static Command ServiceConfigure(Runner runner)
    {
        var organization = Organization();
        var file = new Option<FileInfo?>("--out") { Description = "File to write, readable by its owner only; else standard output" };
        var environment = new Option<bool>("--env") { Description = "Lines for a shell's environment instead of JSON" };
        return Verb(runner, "configure", "Make the settings of an organization's service, with a new enrolment token", (parsed, rooms, output, token) =>
            ServiceVerbs.ConfigureAsync(rooms, output, parsed.GetRequiredValue(organization), parsed.GetValue(file), parsed.GetValue(environment), token), organization, file, environment);
    }

    private static Command ServiceTemplate(Runner runner)
    {
        var organization = Organization();
        var file = new Option<FileInfo?>("--out") { Description = "File to write, readable by its owner only; else standard output" };
        return Verb(runner, "template", "Make an organization's template for Azure, with a new enrolment token", (parsed, rooms, output, token) =>
            ServiceVerbs.TemplateAsync(rooms, output, parsed.GetRequiredValue(organization), parsed.GetValue(file), token), organization, file);
    }

    private static Command OperatorToken(Runner runner)
    {
        var organization = Organization();
        var replace = new Option<bool>("--replace") { Description = "End all tokens before it at once" };
        return Verb(runner, "token", "Make a token that lets operators hand in what they signed", (parsed, rooms, output, token) =>
            OrganizationVerbs.OperatorTokenAsync(rooms, output, parsed.GetRequiredValue(organization), parsed.GetValue(replace), token), organization, replace);
    }

    private static Command GroupRotate(Runner runner)
    {
        var organization = Organization();
        var group = Required("--group", "Group id or display name");
        var reason = new Option<string?>("--reason") { Description = "Why: shown with the group's rotations" };
        return Verb(runner, "rotate", "Ask for a new vault key of a group", (parsed, rooms, output, token) =>
            GroupVerbs.RotateAsync(rooms, output, parsed.GetRequiredValue(organization), parsed.GetRequiredValue(group), parsed.GetValue(reason), token), organization, group, reason);
    }

    private static Command ForGroup(Runner runner, string name, string description, Func<IServiceProvider, Output, string, string, CancellationToken, Task<int>> run)
    {
        var organization = Organization();
        var group = Required("--group", "Group id or display name");
        return Verb(runner, name, description, (parsed, rooms, output, token) =>
            run(rooms, output, parsed.GetRequiredValue(organization), parsed.GetRequiredValue(group), token), organization, group);
    }

    private static Command MemberResend(Runner runner)
    {
        var organization = Organization();
        var user = Required("--user", "userName or member id");
        return Verb(runner, "resend", "Mail a pending member's invitation again", (parsed, rooms, output, token) =>
            MemberVerbs.ResendAsync(rooms, output, parsed.GetRequiredValue(organization), parsed.GetRequiredValue(user), token), organization, user);
    }

    private static Command InvitationList(Runner runner)
    {
        var organization = Organization();
        return Verb(runner, "list", "Show the invitations that were not accepted yet, and what became of their mails", (parsed, rooms, output, token) =>
            MemberVerbs.ListInvitationsAsync(rooms, output, parsed.GetRequiredValue(organization), token), organization);
    }

    private static Command Status(Runner runner)
    {
        var organization = new Option<string?>("--org") { Description = "Only this organization" };
        return Verb(runner, "status", "Show organizations, services, members, groups, and what waits", (parsed, rooms, output, token) =>
            StatusVerb.RunAsync(rooms, output, parsed.GetValue(organization), token), organization);
    }

    private static Command Purge(Runner runner)
    {
        var asOf = new Option<string?>("--as-of") { Description = "Stands for now: an ISO 8601 time, or a date, which means 00:00 UTC" };
        return Verb(runner, "purge", "Delete for good whoever was suspended long enough before", (parsed, rooms, output, token) =>
            MemberVerbs.PurgeAsync(rooms, output, parsed.GetValue(asOf), token), asOf);
    }

    private static Command ForOrganization(Runner runner, string name, string description, Func<IServiceProvider, Output, string, CancellationToken, Task<int>> run)
    {
        var organization = Organization();
        return Verb(runner, name, description, (parsed, rooms, output, token) => run(rooms, output, parsed.GetRequiredValue(organization), token), organization);
    }

    private static Command Verb(
        Runner runner, string name, string description, Func<ParseResult, IServiceProvider, Output, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for programs" };
        var verb = new Command(name, description) { json };
        verb.TreatUnmatchedTokensAsErrors = false;
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                verb.Add(argument);
            }
            else
            {
                verb.Add((Option)symbol);
            }
        }

        verb.SetAction((parsed, token) => runner.RunAsync(parsed, parsed.GetValue(json), (rooms, output) => run(parsed, rooms, output, token), token));
        return verb;
    }

    private static Option<string> Organization() => Required("--org", "Organization id");

    private static Argument<string> Connection() => new("connection") { Description = "Connection id" };

    private static Option<string> Required(string name, string description) => new(name) { Description = description, Required = true };
}
