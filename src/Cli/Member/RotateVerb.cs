using System.Text.Json;
using EncryptionService.Cli.Texts;
using EncryptionService.Formats;

namespace EncryptionService.Cli.Member;

/// <summary><c>eec member rotate-key</c>.</summary>
internal sealed class RotateVerb(Shell shell) : MemberVerb(shell)
{
    public Task<int> RunAsync(MemberPlace place, bool json, CancellationToken cancellationToken)
        => UnlockedAsync(
            place,
            async (client, passphrase) =>
            {
                var answer = await client.RotateKeysAsync(passphrase, cancellationToken);
                if (!answer.TryGet(out var me, out var problem))
                {
                    var code = Fail(problem);
                    return client.NewKeys is null ? code : Shell.Fail(code, "The old keys stay good. The new ones are kept in the file: run eec member rotate-key again to go on.");
                }

                if (json)
                {
                    var card = new KeysCard(
                        me.Organization.Value, me.Member.Value, client.File.Core.GetLeftPart(UriPartial.Authority), me.CoreId,
                        client.File.Trusted is { } trusted ? OrganizationCode.Format(trusted) : null, me.Keys.Hpke.ToString(), me.Keys.Alg, me.Keys.Signing.ToString(),
                        false, me.Counter, me.Pinned);
                    Shell.Print(JsonSerializer.Serialize(card, CliJson.Default.KeysCard));
                    return ExitCode.Ok;
                }

                Shell.Print("The core has the new keys; the old ones are gone from the file.");
                Shell.Print($"{me.Keys.Alg} key     {me.Keys.Hpke}");
                Shell.Print($"signing key    {me.Keys.Signing}");
                Shell.Print("Until the service has sealed your groups' keys to them, open says that there is no envelope yet, or that one is not for you.");
                return ExitCode.Ok;
            },
            cancellationToken);
}
