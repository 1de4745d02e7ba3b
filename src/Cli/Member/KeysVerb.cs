using System.Globalization;
using System.Text.Json;
using EncryptionService.Cli.Texts;
using EncryptionService.Client;
using EncryptionService.Formats;

namespace EncryptionService.Cli.Member;

/// <summary><c>eec member keys</c>.</summary>
internal sealed class KeysVerb(Shell shell) : MemberVerb(shell)
{
    public Task<int> RunAsync(bool offline, MemberPlace place, bool json, CancellationToken cancellationToken)
        => UnlockedAsync(
            place,
            async (client, _) =>
            {
                MemberCard? me = null;
                CoreProblem? problem = null;
                if (!offline)
                {
                    (me, problem) = await client.MeAsync(cancellationToken);
                }

                Show(client, me, json);
                return problem is not null ? Fail(problem)
                    : me is not null && me.Keys != client.Keys.Public.Ids
                        ? Shell.Fail(ExitCode.Refused, "The core names other keys for this member. Tell your administrator.")
                        : ExitCode.Ok;
            },
            cancellationToken);

    private void Show(MemberClient client, MemberCard? me, bool json)
    {
        var file = client.File;
        var ids = client.Keys.Public.Ids;
        var code = file.Trusted is { } trusted ? OrganizationCode.Format(trusted) : null;
        if (json)
        {
            var card = new KeysCard(
                file.Organization.Value, file.Member.Value, file.Core.GetLeftPart(UriPartial.Authority), file.CoreId, code, ids.Hpke.ToString(), ids.Alg,
                ids.Signing.ToString(), client.NewKeys is not null, me?.Counter, me?.Pinned);
            Shell.Print(JsonSerializer.Serialize(card, CliJson.Default.KeysCard));
            return;
        }

        Shell.Print($"organization   {file.Organization}");
        Shell.Print($"member         {file.Member}");
        Shell.Print($"core           {file.Core.GetLeftPart(UriPartial.Authority)}");
        Shell.Print($"trusted        {code ?? "nothing yet: eec member trust <code>"}");
        Shell.Print($"{ids.Alg} key     {ids.Hpke}");
        Shell.Print($"signing key    {ids.Signing}");
        if (client.NewKeys is { } next)
        {
            Shell.Print($"on their way   {next.Public.Ids.Hpke}, {next.Public.Ids.Signing}: run eec member rotate-key to go on");
        }

        if (me is not null)
        {
            Shell.Print(string.Create(CultureInfo.InvariantCulture, $"pin counter    {me.Counter}"));
            Shell.Print($"seen by the service   {(me.Pinned ? "yes" : "not yet")}");
        }
    }
}
