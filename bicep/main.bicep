metadata description = 'Encryption service: one container app, its keys in a key vault that never gives them out, its ledger in append blobs. Normative: docs/spec/configuration.md.'
targetScope = 'resourceGroup'

// What the core fills in. The published template has no default for any of these; the file that an organization downloads has one for each.

@description('Id of your organization, as the core knows it.')
@minLength(1)
@maxLength(64)
param organizationId string

@description('Address of the core that this service belongs to: https, without a path.')
param coreUrl string

@description('Id of the core.')
@minLength(1)
@maxLength(64)
param coreId string

@description('The core\'s public call key for your organization, a JWK. The service takes calls that this key signed, and no others.')
param coreCallKey string

@description('The service\'s image by digest: registry/repository@sha256:<64 hexadecimal digits>. A tag is refused: what it stands for can change.')
param containerImage string

@secure()
@description('One-time token for the first start; good for 72 hours. A later deployment needs no fresh one: leave the used one in its place.')
@minLength(1)
param enrolmentToken string

// What you decide. The core never fills these in.

@description('Public keys of your operators, a JSON array of JWK: [{"kty":"EC",...}]. \'eec operator keygen\' makes one. Empty: nobody can approve keys or recover a group.')
param operatorKeys array = []

@description('Pinned: the first keys seen for a member are trusted. Approved: only once an operator has signed them; needs operatorKeys.')
@allowed(['Pinned', 'Approved'])
param trustLevel string = 'Pinned'

@description('Leave at 1. One more each time a ledger was lost for good and the service starts anew, so that members see that it is a new one.')
@minValue(1)
@maxValue(1000000)
param identityGeneration int = 1

@description('Azure region.')
param location string = resourceGroup().location

@description('Tags for every resource that can have them.')
param tags object = {}

@description('premium: both keys live in hardware (HSM). standard: keys protected by software, cheaper. Fixed once the keys exist.')
@allowed(['premium', 'standard'])
param keyVaultSku string = 'premium'

@description('true once, if the vault was deleted and its name is still reserved: brings it back with its keys.')
param recoverKeyVault bool = false

@description('Any text gives vault, storage and identity other names, and so starts anew beside what is there: other keys, an empty ledger. Leave it as it is on a redeployment.')
param nameSalt string = ''

@description('Days for which a blob of the ledger can only be appended to, never changed or deleted, not even by you. 0: no such policy. It can be tightened later; once you lock it, redeploy with 0: it stays.')
@minValue(0)
@maxValue(146000)
param immutabilityDays int = 0

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('CPU cores of a replica; memory follows: 0.25 has 0.5 GiB, 0.5 has 1 GiB, 1 has 2 GiB, 2 has 4 GiB.')
@allowed(['0.25', '0.5', '1', '2'])
param containerCpu string = '0.5'

@description('Replicas that always run; at least 1, or the status is not Running.')
@minValue(1)
@maxValue(10)
param minReplicas int = 1

@description('Replicas at most; above minReplicas, or the status is Running (at max).')
@minValue(1)
@maxValue(10)
param maxReplicas int = 2

@description('Resource id of a subnet for the environment, delegated to Microsoft.App/environments, at least /27, with the service endpoints Microsoft.KeyVault and Microsoft.Storage. Vault and storage then answer to this subnet only. Empty: no network of your own. Fixed once the environment exists.')
param infrastructureSubnetId string = ''

@description('true: the service can be reached from your network only, and the core must be able to get there. Needs infrastructureSubnetId.')
param internalEnvironment bool = false

@description('IPv4 ranges that may call the service, for instance those of the core: ["203.0.113.0/24"]. Empty: all may; a call without a valid token is refused in any case.')
param allowedCallerRanges array = []

@description('Resource id of an identity that may pull the image, if its registry wants one (role AcrPull there). Empty: the registry gives the image to everybody.')
param registryIdentityId string = ''

// Names follow from the resource group and nameSalt alone, so that a redeployment finds what is there.
var place = uniqueString(resourceGroup().id)
var suffix = uniqueString(resourceGroup().id, nameSalt)
var appName = 'eec-container'
var isPrivate = !empty(infrastructureSubnetId)
var isHsm = keyVaultSku == 'premium'
var memoryOf = {
  '0.25': '0.5Gi'
  '0.5': '1Gi'
  '1': '2Gi'
  '2': '4Gi'
}

// A tag is refused before anything is made. One bare word, which names no registry at all, becomes a reference that no platform takes.
var digest = last(split(containerImage, '@sha256:'))
var isPinned = contains(containerImage, '@sha256:') && length(digest) == 64
var isAddress = contains(containerImage, '/') || contains(containerImage, ':') || contains(containerImage, '@')
var image = isPinned ? containerImage : isAddress ? fail('containerImage must end with @sha256: and 64 hexadecimal digits. A tag can change; a digest cannot.') : '${containerImage}@sha256:'
var trust = trustLevel == 'Approved' && empty(operatorKeys) ? fail('trustLevel is Approved, but operatorKeys is empty: nobody could approve anything.') : trustLevel
var isInternal = internalEnvironment && !isPrivate ? fail('internalEnvironment needs infrastructureSubnetId.') : internalEnvironment

var roleCryptoServiceEncryptionUser = 'e147488a-f6f5-4113-8e2d-b22465e65bf6'
var roleCryptoUser = '12338af0-0e69-4776-bea7-57ae8d297424'
var roleBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-eec-${suffix}'
  location: location
  tags: tags
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-eec-${place}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetentionDays
    features: { disableLocalAuth: true }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-eec-${suffix}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: keyVaultSku
    }
    createMode: recoverKeyVault ? 'recover' : 'default'
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      ipRules: []
      virtualNetworkRules: isPrivate ? [{ id: infrastructureSubnetId }] : []
    }
  }
}

// Wraps the root key of the ledger. A new version each year; none expires, so nothing stops by itself.
resource wrappingKey 'Microsoft.KeyVault/vaults/keys@2026-02-01' = {
  parent: vault
  name: 'wrapping-key'
  properties: {
    kty: isHsm ? 'RSA-HSM' : 'RSA'
    keySize: 3072
    keyOps: ['wrapKey', 'unwrapKey']
    attributes: {
      enabled: true
      exportable: false
    }
    rotationPolicy: {
      lifetimeActions: [
        {
          trigger: { timeAfterCreate: 'P1Y' }
          action: { type: 'rotate' }
        }
      ]
    }
  }
}

// Signs the service's identity. Members trust exactly this key: no rotation policy, ever.
resource organizationKey 'Microsoft.KeyVault/vaults/keys@2026-02-01' = {
  parent: vault
  name: 'organization-key'
  properties: {
    kty: isHsm ? 'EC-HSM' : 'EC'
    curveName: 'P-256'
    keyOps: ['sign', 'verify']
    attributes: {
      enabled: true
      exportable: false
    }
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'steec${suffix}'
  location: location
  tags: tags
  sku: { name: 'Standard_ZRS' }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      ipRules: []
      virtualNetworkRules: isPrivate ? [{ id: infrastructureSubnetId, action: 'Allow' }] : []
    }
    encryption: {
      requireInfrastructureEncryption: true
      keySource: 'Microsoft.Storage'
      services: {
        blob: {
          enabled: true
          keyType: 'Account'
        }
      }
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: storage
  name: 'default'
  properties: {
    isVersioningEnabled: false
    deleteRetentionPolicy: {
      enabled: true
      days: 30
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

resource ledger 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'ledger'
  properties: {
    publicAccess: 'None'
  }
}

resource appendOnly 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = if (immutabilityDays > 0) {
  parent: ledger
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: immutabilityDays
    allowProtectedAppendWrites: true
  }
}

// Each right at the narrowest scope that has it: two keys and one container, nothing else in vault and account.
resource mayWrap 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: wrappingKey
  name: guid(wrappingKey.id, identity.id, roleCryptoServiceEncryptionUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleCryptoServiceEncryptionUser)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource maySign 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: organizationKey
  name: guid(organizationKey.id, identity.id, roleCryptoUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleCryptoUser)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource mayAppend 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ledger
  name: guid(ledger.id, identity.id, roleBlobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleBlobDataContributor)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: 'cae-eec-${place}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: { destination: 'azure-monitor' }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
    vnetConfiguration: isPrivate ? { infrastructureSubnetId: infrastructureSubnetId, internal: isInternal } : { internal: isInternal }
    publicNetworkAccess: isInternal ? 'Disabled' : 'Enabled'
    peerTrafficConfiguration: {
      encryption: { enabled: true }
    }
  }
}

resource environmentLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'to-log-analytics'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'allLogs'
        enabled: true
      }
    ]
  }
}

resource vaultLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-log-analytics'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

// Who changed the ledger. Reads are left out: the service's own are many, and the ledger holds no secret in clear.
resource ledgerLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'to-log-analytics'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: appName
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union({ '${identity.id}': {} }, empty(registryIdentityId) ? {} : { '${registryIdentityId}': {} })
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      maxInactiveRevisions: 5
      secrets: [
        {
          name: 'enrolment-token'
          value: enrolmentToken
        }
      ]
      identitySettings: concat([{ identity: identity.id, lifecycle: 'Main' }], empty(registryIdentityId) ? [] : [{ identity: registryIdentityId, lifecycle: 'None' }])
      registries: empty(registryIdentityId) ? [] : [{ server: first(split(containerImage, '/')), identity: registryIdentityId }]
      ingress: {
        external: true
        targetPort: 8080
        transport: 'http2'
        allowInsecure: false
        clientCertificateMode: 'ignore'
        traffic: [
          {
            latestRevision: true
            weight: 100
          }
        ]
        ipSecurityRestrictions: [for (range, i) in allowedCallerRanges: {
          name: 'allowed-${i}'
          ipAddressRange: range
          action: 'Allow'
        }]
      }
    }
    template: {
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'service'
          image: image
          resources: {
            cpu: json(containerCpu)
            memory: memoryOf[containerCpu]
          }
          env: [
            {
              name: 'AZURE_CLIENT_ID'
              value: identity.properties.clientId
            }
            {
              name: 'Keys__VaultUrl'
              value: vault.properties.vaultUri
            }
            {
              name: 'Ledger__ContainerUrl'
              value: '${storage.properties.primaryEndpoints.blob}${ledger.name}'
            }
            {
              name: 'Service__OrganizationId'
              value: organizationId
            }
            {
              name: 'Service__EnrolmentToken'
              secretRef: 'enrolment-token'
            }
            {
              name: 'Service__OperatorKeys'
              // A JWK Set rather than a bare array: no tool takes it for an expression.
              value: string({ keys: operatorKeys })
            }
            {
              name: 'Service__TrustLevel'
              value: trust
            }
            {
              name: 'Service__IdentityGeneration'
              value: string(identityGeneration)
            }
            {
              name: 'Core__Url'
              value: coreUrl
            }
            {
              name: 'Core__Id'
              value: coreId
            }
            {
              name: 'Core__CallKey'
              value: coreCallKey
            }
          ]
          // Startup has about five minutes: a new role takes minutes to count, and until then the vault says 403.
          // Liveness asks whether the process answers, nothing more: a vault that is away must not restart it.
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/healthz/startup'
                port: 8081
                scheme: 'HTTP'
              }
              initialDelaySeconds: 5
              periodSeconds: 30
              failureThreshold: 10
              timeoutSeconds: 5
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/healthz/ready'
                port: 8081
                scheme: 'HTTP'
              }
              periodSeconds: 5
              failureThreshold: 3
              timeoutSeconds: 5
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/healthz/live'
                port: 8081
                scheme: 'HTTP'
              }
              periodSeconds: 10
              failureThreshold: 6
              timeoutSeconds: 5
            }
          ]
          volumeMounts: [
            {
              volumeName: 'tmp'
              mountPath: '/tmp'
            }
          ]
        }
      ]
      volumes: [
        {
          name: 'tmp'
          storageType: 'EmptyDir'
        }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'http'
            http: {
              metadata: { concurrentRequests: '25' }
            }
          }
        ]
      }
    }
  }
  // The first start needs its rights, and its first words must be kept.
  dependsOn: [
    mayWrap
    maySign
    mayAppend
    environmentLogs
  ]
}

// Where the core reaches the service.
output serviceUrl string = 'https://${app.properties.configuration.ingress.fqdn}'

// Under Revisions it shows Provisioned and Running.
output containerApp string = app.name

// To be run in the Log Analytics workspace: shows the organization code, which members trust. Whoever deploys gives it to them, not the core.
// By event and category: what the core sends, a group's id for instance, may look like a code and stands in other lines of the log.
output organizationCodeQuery string = 'ContainerAppConsoleLogs | where ContainerAppName == "${appName}" | extend line = parse_json(Log) | where toint(line.EventId) == 610 and tostring(line.Category) == "EncryptionService.Service.Keys.RootKeeper" | top 1 by TimeGenerated | project TimeGenerated, Code = tostring(line.State.Code), Identity = tostring(line.State.Identity), OrganizationKey = tostring(line.State.OrganizationKey), Generation = tolong(line.State.Generation)'

output logAnalyticsWorkspace string = workspace.name
output keyVault string = vault.name
output storageAccount string = storage.name
output identityName string = identity.name
