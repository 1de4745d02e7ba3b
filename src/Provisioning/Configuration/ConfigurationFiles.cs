using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Configuration;

/// <summary><em>Create configuration</em>: an organization's own template, to be pasted into Azure's editor as it is (docs/spec/configuration.md, section 3).</summary>
internal sealed class ConfigurationFiles(IOptions<ProvisioningOptions> options, OrganizationBook organizations, CallKeys keys)
{
    /// <summary>A new file: (1) what the core has to know, (2) a fresh enrolment token, (3) the published template with both filled in.</summary>
    /// <param name="organization">Organization id.</param>
    /// <param name="actor">Who asks; the audit trail has it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The text, which is a secret for as long as its token is good; or why there is none, and then no token was made either.</returns>
    public async Task<(ConfigurationProblem Problem, string Text)> CreateAsync(string organization, Actor actor, CancellationToken cancellationToken)
    {
        var core = options.Value; // (1)
        if (core.ServiceImage is not { } image)
        {
            return (ConfigurationProblem.NoImage, "");
        }

        // A service on this very machine gets the same file (deploy/service.sh).
        if (core.PublicAddress.Scheme != Uri.UriSchemeHttps && !(core.AllowLocalServices && core.PublicAddress.IsLoopback))
        {
            return (ConfigurationProblem.NoPublicAddress, "");
        }

        if (await organizations.EnrolmentTokenAsync(organization, actor, cancellationToken) is not { } token) // (2)
        {
            return (ConfigurationProblem.NoOrganization, "");
        }

        var text = TemplateFiller.Fill(PublishedTemplate.Read(), // (3)
        [
            ("organizationId", organization),
            ("coreUrl", core.PublicAddress.AbsoluteUri),
            ("coreId", core.CoreId),
            ("coreCallKey", await keys.PublicJwkAsync(organization, cancellationToken)),
            ("containerImage", image),
            ("enrolmentToken", token),
        ]);
        return (ConfigurationProblem.None, text);
    }
}
