using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Checks registrations: a member's word that two keys are its own (docs/spec/envelope.md, section 9).</summary>
internal sealed class Registrations(IOptions<ProvisioningOptions> options, TimeProvider time)
{
    /// <summary>Somebody else has that signing key: calls would not tell the two apart.</summary>
    public static Answer KeyTaken { get; } = Invalid("'sig' is somebody's key already");

    /// <summary>Reads and verifies a registration of this member.</summary>
    public bool TryVerify(string compact, string organization, string member, [NotNullWhen(true)] out Registration? registration, [NotNullWhen(false)] out Answer? refusal)
    {
        var problem = !Registration.TryParse(compact, out registration, out var error) ? $"it {error}"
            : registration.Organization.Value != organization ? "'org' is another organization"
            : registration.Member.Value != member ? "'mem' is another member"
            : registration.Audience != options.Value.CoreId ? $"'aud' is another core; this one is {options.Value.CoreId}"
            : !registration.IsTimely(time.GetUtcNow(), out error) ? $"{error}; compare the clocks"
            : !registration.VerifiedBy(registration.Signing) ? "it is not signed with the key in 'sig'"
            : "";
        refusal = problem.Length == 0 ? null : Invalid(problem);
        return problem.Length == 0;
    }

    /// <summary>Puts registered keys into a member's row.</summary>
    public void Write(MemberKeysRow row, Registration registration)
    {
        row.HpkeJwk = registration.Hpke.ToJson();
        row.SigningJwk = registration.Signing.ToJson();
        row.Alg = registration.Hpke.Alg;
        row.Hpke = registration.Hpke.Thumbprint.ToString();
        row.Signing = registration.Signing.Thumbprint.ToString();
        row.Registration = registration.Jws.Compact;
        row.RegisteredAt = time.GetUtcNow();
    }

    /// <summary>The first keys of a member.</summary>
    public MemberKeysRow First(MemberRow member, Registration registration)
    {
        var row = new MemberKeysRow
        {
            MemberId = member.Id,
            OrganizationId = member.OrganizationId,
            HpkeJwk = "",
            SigningJwk = "",
            Alg = "",
            Hpke = "",
            Signing = "",
            Counter = 1,
            Registration = "",
            RegisteredAt = time.GetUtcNow(),
        };
        Write(row, registration);
        return row;
    }

    /// <summary>The ids of a member's present keys.</summary>
    public static KeyIds IdsOf(MemberKeysRow row) =>
        Thumbprint.TryParse(row.Hpke, out var hpke) && Thumbprint.TryParse(row.Signing, out var signing)
            ? new KeyIds(row.Alg, hpke, signing)
            : throw new InvalidOperationException("The keys of a member cannot be read any more.");

    private static Answer Invalid(string problem) => Answer.Problem(
        StatusCodes.Status400BadRequest, "registration-invalid", "The registration is not as it must be.", $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
}
